"""Everyday words of houses, things, money and business: English|German|French|Chinese, one concept a line.

Left out are words that stand everywhere (have, day, make) and those that all of them write alike.
"""

from __future__ import annotations

CONCEPTS = """
rent|miete,kaltmiete,warmmiete|loyer|房租,租金
landlord|vermieter|propriétaire,bailleur|房东
tenant|mieter|locataire|房客,租客
flat,apartment|wohnung|appartement,logement|公寓,住房,房子
house|haus,häuser|maison|房子,住宅
room|zimmer|chambre,pièce|房间
kitchen|küche|cuisine|厨房
bathroom,bath|bad,badezimmer|salle de bain,bains|浴室,卫生间
bedroom|schlafzimmer|chambre|卧室
living room|wohnzimmer|salon,séjour|客厅
cellar,basement|keller|cave,sous-sol|地下室,地窖
attic,loft|dachboden,speicher|grenier|阁楼
roof|dach,dächer|toit,toiture|屋顶
wall|wand,wände,mauer|mur|墙
window|fenster|fenêtre|窗户,窗
door|tür|porte|门
garden,yard|garten,gärten|jardin|花园,院子
garage|garage|garage|车库
balcony|balkon|balcon|阳台
stairs,staircase|treppe|escalier|楼梯
floor,storey|stock,stockwerk,etage|étage|楼,层
heating,boiler|heizung,heizkessel|chauffage,chaudière|暖气,供暖,锅炉
electricity,power|strom,elektrizität|électricité,courant|电费,用电,电
gas|gas|gaz|煤气,天然气,燃气
water|wasser|eau|水
tap,faucet|wasserhahn,hahn|robinet|水龙头
pipe|rohr,leitung|tuyau|水管,管道
drain|abfluss|évacuation,siphon|下水道
leak,leaking,drips|leck,undicht,tropft|fuite,fuit|漏水,漏
damp,mould,mold|feucht,schimmel|humidité,moisissure|潮湿,发霉
repair,fix,mend,repaired|reparatur,reparieren,repariert|réparation,réparer,répare,réparé|修理,维修,修
broken,broke|kaputt,defekt,gebrochen|cassé,panne|坏了,坏,故障
damage,damaged|schaden,schäden,beschädigt|dégât,dommage,abîmé|损坏,损失,受损
worn|abgenutzt,verschlissen|usé|磨损
craftsman,tradesman,workman|handwerker|artisan,ouvrier|工匠,工人,师傅
repairman|mechaniker,monteur|réparateur,dépanneur|修理工,修理师傅,维修师傅,师傅
plumber|klempner,installateur|plombier|水管工
electrician|elektriker|électricien|电工
carpenter,joiner|schreiner,tischler,zimmermann|menuisier,charpentier|木匠,木工
painter|maler|peintre|油漆工,画家
roofer|dachdecker|couvreur|屋顶工
chimney|schornstein,kamin|cheminée|烟囱
key|schlüssel|clé,clef|钥匙
lock|schloss|serrure|锁
spare|ersatz,reserve|rechange,secours|备用
furniture|möbel|meubles,mobilier|家具
sofa,couch|sofa,couch|canapé|沙发
table|tisch|table|桌子
chair|stuhl,stühle|chaise|椅子
bed|bett|lit|床
mattress|matratze|matelas|床垫
cupboard,wardrobe,closet|schrank|armoire,placard|柜子,衣柜
shelf,shelves|regal|étagère|架子,书架
drawer|schublade|tiroir|抽屉
lamp,light|lampe,licht|lampe,lumière|灯
curtain|vorhang,vorhänge,gardine|rideau|窗帘
carpet,rug|teppich|tapis|地毯
mirror|spiegel|miroir|镜子
clock,watch|uhr|horloge,montre|钟,手表
fridge,refrigerator|kühlschrank|frigo,réfrigérateur|冰箱
freezer|gefrierschrank,tiefkühler|congélateur|冷冻柜,冷柜
oven|ofen,backofen|four|烤箱,炉子
stove,cooker,hob|herd|cuisinière|炉灶,灶
washing machine|waschmaschine|machine à laver,lave-linge|洗衣机
dishwasher|spülmaschine,geschirrspüler|lave-vaisselle|洗碗机
vacuum cleaner,hoover|staubsauger|aspirateur|吸尘器
laundry|wäsche|lessive,linge|洗衣
cleaning,clean,cleaner|putzen,reinigung,putzfrau|ménage,nettoyage,nettoyer|打扫,清洁,清洗
rubbish,garbage,trash,waste,bin|müll,abfall|poubelle,ordures,déchets|垃圾
paint,painted|farbe,streichen,gestrichen|peinture,peindre,peint|油漆,刷漆
colour,color|farbe|couleur|颜色,色
move,moved,moving|umzug,umziehen,umgezogen,zog|déménagement,déménager,déménagé|搬家,搬
neighbour,neighbor|nachbar|voisin|邻居
village|dorf,dörfer|village|村,村子
town,city|stadt,städte|ville|城市,城
street,road|straße|rue,route|街,路
square|platz|place|广场
bridge|brücke|pont|桥
address|adresse,anschrift|adresse|地址,住址
phone,telephone,mobile|telefon,handy,rufnummer|téléphone,portable|电话,手机
number|nummer|numéro|号码
call,called,rang|anruf,anrufen,angerufen|appel,appeler,appelé|打电话,致电
letter|brief|lettre,courrier|信
parcel,package|paket,päckchen|colis,paquet|包裹,快递
post office|post|poste|邮局
stamp|briefmarke,stempel|timbre|邮票
password|passwort,kennwort|mot de passe|密码
computer|computer,rechner|ordinateur|电脑
wifi,wlan|wlan,wifi|wifi|无线网,无线
printer|drucker|imprimante|打印机
screen,monitor|bildschirm|écran|屏幕
battery|batterie,akku|batterie,pile|电池
charger|ladegerät|chargeur|充电器
price,cost,costs|preis,kosten,kostet,gekostet|prix,coût,coûte,coûté|价格,价钱,费用,多少钱
expensive,dear|teuer|cher,chère|贵
cheap,cheaper|billig,günstig|bon marché,pas cher|便宜
money|geld|argent|钱
pay,paid|zahlen,bezahlen,gezahlt,bezahlt,zahlt|payer,payé,paye|付,支付,付款
bill,invoice|rechnung|facture|账单,发票
receipt|quittung,beleg,kassenzettel|reçu,ticket|收据,小票
offer,quote,estimate|angebot,kostenvoranschlag|devis,offre|报价,估价
discount|rabatt,nachlass|remise,réduction,rabais|折扣,优惠
deposit|kaution,anzahlung|caution,acompte,arrhes|押金,定金
fee,charge|gebühr|frais,tarif|费,收费
fine,penalty|strafe,bußgeld,mahngebühr|amende|罚款
bank|bank|banque|银行
account|konto|compte|账户,账号
card|karte|carte|卡
blocked|gesperrt|bloqué|冻结,锁
cash|bargeld|espèces,liquide|现金
loan,credit,mortgage|kredit,darlehen,hypothek|prêt,crédit,emprunt|贷款
lend,lent,borrow,borrowed|leihen,geliehen,verleihen,ausgeliehen|prêter,prêté,emprunter,emprunté|借给,借
debt,owe,owes|schulden,schuldet|dette,doit|欠,债
interest|zinsen,zins|intérêts|利息
savings,save|ersparnisse,sparen,gespart|épargne,économies|存款,储蓄
tax,taxes|steuer|impôt,taxe|税
insurance,insured|versicherung,versichert|assurance,assuré|保险
pension,retirement|rente,pension,ruhestand|retraite|退休,养老
salary,wage,pay|gehalt,lohn,löhne|salaire,paie|工资,薪水
income|einkommen,einnahmen|revenu,recettes|收入
expenses,spending,spent|ausgaben,ausgegeben|dépenses,dépensé|支出,开支,花费
budget|haushalt,budget|budget|预算
subscription|abo,abonnement|abonnement|订阅
contract|vertrag,verträge|contrat|合同
sign,signed|unterschreiben,unterschrieben,unterschrift|signer,signé,signature|签字,签名,签
cancel,cancelled,canceled|kündigen,gekündigt,kündigung,abgesagt,storniert|résilier,résiliation,annuler,annulé|取消,解约,退订
buy,bought,purchase|kaufen,gekauft,kauf|acheter,acheté,achat|买,购买
sell,sold,sale|verkaufen,verkauft,verkauf|vendre,vendu,vente|卖,卖了,出售
order,ordered|bestellen,bestellt,bestellung|commander,commandé,commande|订,订购,预订
deliver,delivered,delivery|liefern,geliefert,lieferung|livrer,livré,livraison|送货,交货,送到
return,returned,give back|zurückgeben,zurück,rückgabe|rendre,rendu,retour|还,归还,退
exchange,swap,replace,replaced|umtausch,tauschen,ersetzen,wechseln|échanger,échange,remplacer,changer|换,更换
refund,refunded,reimbursed|erstattung,erstattet|remboursement,remboursé,rembourser|退款,赔,报销
warranty,guarantee|garantie,gewährleistung|garantie|保修,质保
gift,present|geschenk|cadeau|礼物,礼品
shop,store|laden,läden,geschäft|magasin,boutique,épicerie|商店,店
opening hours,open|öffnungszeiten,geöffnet,offen|horaires,ouverture,ouvert|营业时间,开门,开放
closed,close|geschlossen,schließt|fermé,fermeture|关门,关闭
supermarket|supermarkt|supermarché|超市
market|markt,märkte|marché|市场,集市
bakery,baker|bäckerei,bäcker|boulangerie,boulanger|面包店
butcher|metzger,metzgerei,fleischer|boucher,boucherie|肉店
pharmacy,chemist|apotheke|pharmacie|药店
library|bibliothek,bücherei|bibliothèque,médiathèque|图书馆
restaurant|restaurant,gaststätte,gasthaus|restaurant|餐厅,饭馆,餐馆
hotel|hotel|hôtel|酒店,宾馆,旅馆
church|kirche|église|教堂
town hall,council|rathaus,gemeinde|mairie,commune|市政厅,政府
police|polizei|police,gendarmerie|警察,公安
court,judge|gericht,richter|tribunal,juge|法院,法官
lawyer,solicitor|anwalt,anwältin|avocat|律师
notary|notar|notaire|公证
stolen,theft,thief,stole|gestohlen,diebstahl,dieb,geklaut|volé,vol,voleur|被偷,偷,盗
lost,lose|verloren,verlieren,verlor|perdu,perdre|丢了,丢,遗失
found,find|gefunden,finden,fand|trouvé,trouver|找到,发现
accident|unfall,unfälle|accident|事故,车祸
fire|feuer,brand|feu,incendie|火,火灾
flood,flooded|flut,hochwasser,überschwemmung|inondation,crue|洪水,水灾
storm|sturm,unwetter|tempête,orage|暴风,风暴
"""
