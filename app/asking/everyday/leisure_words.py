"""Everyday words of leisure, clothes, kitchens, gardens, animals, ways and weather: English|German|French|Chinese."""

from __future__ import annotations

CONCEPTS = """
hobby|hobby|passe-temps,loisir|爱好
sport club,gym,fitness|fitnessstudio,turnhalle|salle de sport,gymnase|健身房,健身
tournament|turnier|tournoi|锦标赛,联赛
tennis|tennis|tennis|网球
chess|schach|échecs|象棋,国际象棋
climbing,climb,climbed|klettern,geklettert,kletterhalle|escalade,grimpé|攀岩,爬
yoga|yoga|yoga|瑜伽
riding|reiten,reitstunde|équitation|骑马
fishing|angeln,geangelt|pêche,pêché|钓鱼
sailing,sail|segeln,gesegelt|voile|帆船
cycling|radfahren,radtour|vélo,cyclisme|骑行
summit,peak|gipfel|sommet|山顶,顶峰
hut,cabin|hütte|cabane,refuge|小屋,木屋
valley|tal|vallée|山谷
waterfall|wasserfall|cascade|瀑布
cave|höhle|grotte|洞穴,山洞
museum|museum|musée|博物馆
exhibition|ausstellung|exposition|展览
zoo|zoo,tierpark|zoo|动物园
park|park|parc|公园
circus|zirkus|cirque|马戏
fireworks|feuerwerk|feu d'artifice|烟花
carnival|fasching,karneval,fastnacht|carnaval|狂欢节
new year|neujahr,silvester|nouvel an,réveillon|新年,元旦,除夕
picnic|picknick|pique-nique|野餐
barbecue,grill|grill,grillen,grillfest|barbecue,grillade|烧烤
orchestra|orchester|orchestre|乐团
trumpet|trompete|trompette|小号
flute|flöte|flûte|长笛
cello|cello|violoncelle|大提琴
drum,drums|schlagzeug,trommel|batterie,tambour|鼓
accordion|akkordeon|accordéon|手风琴
singer,soloist|sänger,sängerin,solist|chanteur,chanteuse,soliste|歌手,独唱
novel|roman|roman|小说
story|geschichte|histoire|故事
film director,director|regisseur|réalisateur|导演
video|video|vidéo|视频
puzzle|puzzle,rätsel|puzzle|拼图,谜
board game|brettspiel,gesellschaftsspiel|jeu de société|桌游
pottery,ceramics|töpfern,keramik|poterie,céramique|陶艺,陶瓷
wool|wolle|laine|羊毛,毛线
needle|nadel|aiguille|针
button|knopf|bouton|纽扣,按钮
pocket|tasche|poche|口袋
sock,socks|socke,socken,strümpfe|chaussette,chaussettes|袜子
skirt|rock|jupe|裙子
tie|krawatte|cravate|领带
belt|gürtel|ceinture|腰带,皮带
wedding ring|ehering|alliance|婚戒,结婚戒指
necklace|kette,halskette|collier|项链
earring,earrings|ohrring,ohrringe|boucle d'oreille,boucles d'oreilles|耳环
perfume|parfüm|parfum|香水
soap|seife|savon|肥皂
toothbrush|zahnbürste|brosse à dents|牙刷
shower|dusche,duschen|douche|淋浴,洗澡
toilet|toilette,klo|toilettes,wc|厕所,马桶
sink,basin|waschbecken,spüle|lavabo,évier|水槽,洗手池
knife|messer|couteau|刀
fork|gabel|fourchette|叉子
spoon|löffel|cuillère|勺子
plate|teller|assiette|盘子
bowl|schüssel|bol,saladier|碗
cup,mug|tasse,becher|tasse|杯子
bottle|flasche|bouteille|瓶
pan|pfanne|poêle|平底锅
kettle|wasserkocher|bouilloire|水壶
mixer,blender|mixer|mixeur|搅拌机
pizza|pizza|pizza|披萨
sandwich|sandwich,brötchen|sandwich|三明治
pancake|pfannkuchen|crêpe|煎饼,薄饼
dumpling,dumplings|knödel,maultaschen,teigtaschen|raviolis|饺子
cream|sahne|crème fraîche,chantilly|奶油
yoghurt,yogurt|joghurt|yaourt|酸奶
ham|schinken|jambon|火腿
beef|rindfleisch,rind|bœuf|牛肉
pork|schweinefleisch|porc|猪肉
lamb|lamm|agneau|羊肉
goose|gans|oie|鹅
turkey|pute,truthahn|dinde|火鸡
salmon|lachs|saumon|三文鱼,鲑鱼
shrimp,prawn|garnele,garnelen|crevette|虾
tofu|tofu|tofu|豆腐
cucumber|gurke|concombre|黄瓜
pepper|pfeffer,paprika|poivre,poivron|胡椒,辣椒
cabbage|kohl|chou|白菜,卷心菜
spinach|spinat|épinard,épinards|菠菜
lettuce|kopfsalat|laitue|生菜
leek|lauch|poireau|韭葱
zucchini,courgette|zucchini|courgette|西葫芦
cinnamon|zimt|cannelle|肉桂
vanilla|vanille|vanille|香草
basil|basilikum|basilic|罗勒
banana|banane|banane|香蕉
orange|orange|orange|橙子,橘子
peach|pfirsich|pêche|桃子
apricot|aprikose|abricot|杏
melon,watermelon|melone,wassermelone|melon,pastèque|西瓜,甜瓜
blueberry|heidelbeere,blaubeere|myrtille|蓝莓
hazelnut,hazelnuts|haselnuss,haselnüsse|noisette,noisettes|榛子
almond,almonds|mandel,mandeln|amande,amandes|杏仁
peanut,peanuts|erdnuss,erdnüsse|cacahuète,arachide|花生
cashew,cashews|cashewkerne|noix de cajou|腰果
juice|saft|jus|果汁
schnapps,liquor,brandy|schnaps|eau-de-vie,schnaps|白酒
gluten|gluten|gluten|麸质
lactose|laktose|lactose|乳糖
portion,serving|portion,portionen|portion|份量
snake|schlange|serpent|蛇
turtle,tortoise|schildkröte|tortue|乌龟
hamster|hamster|hamster|仓鼠
guinea pig|meerschweinchen|cochon d'inde|豚鼠
hedgehog|igel|hérisson|刺猬
squirrel|eichhörnchen|écureuil|松鼠
fox|fuchs|renard|狐狸
deer|reh,hirsch|cerf,chevreuil|鹿
frog|frosch|grenouille|青蛙
butterfly|schmetterling|papillon|蝴蝶
spider|spinne|araignée|蜘蛛
ant,ants|ameise,ameisen|fourmi,fourmis|蚂蚁
wasp,wasps|wespe,wespen|guêpe|黄蜂
tick|zecke|tique|蜱虫
owl|eule|hibou,chouette|猫头鹰
swallow,swifts,swift|schwalbe,mauersegler|hirondelle,martinet|燕子,雨燕
stork|storch|cigogne|鹳
rose|rose|rose|玫瑰
tulip|tulpe|tulipe|郁金香
sunflower|sonnenblume|tournesol|向日葵
leaf,leaves|blatt,blätter|feuille|树叶,叶子
branch,twig|ast,zweig|branche|树枝
root|wurzel|racine|树根,根
soil,earth|erde,boden|terre,sol|土壤,泥土
fertiliser,fertilizer|dünger|engrais|肥料
watering,watered|gießen,gegossen,bewässerung|arroser,arrosage|浇水
greenhouse|gewächshaus|serre|温室
beehive,hive|bienenstock|ruche|蜂箱
barn,shed|scheune,schuppen|grange,cabanon|谷仓,棚子
terrace,patio|terrasse|terrasse|露台
ceiling|zimmerdecke|plafond|天花板
lift,elevator|aufzug,fahrstuhl|ascenseur|电梯
smoke detector,smoke alarm|rauchmelder|détecteur de fumée|烟雾报警器
alarm|alarm,alarmanlage|alarme|警报,闹钟
radiator|heizkörper|radiateur|暖气片
bulb|glühbirne|ampoule|灯泡
candle|kerze|bougie|蜡烛
pillow,cushion|kissen,kopfkissen|oreiller,coussin|枕头
broom|besen|balai|扫帚
sewing machine|nähmaschine|machine à coudre|缝纫机
drill|bohrmaschine,bohrer|perceuse|电钻
rope|seil|corde|绳子
screwdriver|schraubenzieher|tournevis|螺丝刀
recycling|altpapier,wertstoffhof,recycling|recyclage,déchetterie|回收
square metres,square meters|quadratmeter|mètres carrés|平方米
energy certificate|energieausweis|diagnostic énergétique|能源证书
caretaker,janitor|hausmeister|concierge,gardien|物业,看门人
community,residents|gemeinde,gemeinschaft|communauté,commune|社区,小区
mayor|bürgermeister|maire|市长,镇长,村长
citizens' office|bürgeramt,bürgerbüro,einwohnermeldeamt|mairie|民政局,派出所
embassy,consulate|botschaft,konsulat|ambassade,consulat|大使馆,领事馆
capital|hauptstadt|capitale|首都
centre,center,downtown|zentrum,innenstadt|centre,centre-ville|市中心
motorway,highway|autobahn|autoroute|高速
roundabout|kreisverkehr|rond-point|环岛
traffic light|ampel|feu rouge|红绿灯
traffic jam|stau|embouteillage,bouchon|堵车
bus stop,stop|haltestelle|arrêt|车站,公交站
connection,change trains|umsteigen,anschluss|correspondance|换乘,转车
taxi|taxi|taxi|出租车
electric car|elektroauto,e-auto|voiture électrique|电动车,电动汽车
charging station|ladestation,ladesäule,wallbox|borne de recharge|充电桩
winter tyres,winter tires|winterreifen|pneus d'hiver,pneus neige|冬季轮胎,雪地胎
oil change|ölwechsel|vidange|换机油
mileage|kilometerstand|kilométrage|里程
scooter|roller|trottinette|滑板车,电动自行车
sledge,sled|schlitten|luge|雪橇
sunglasses|sonnenbrille|lunettes de soleil|太阳镜,墨镜
sun cream,sunscreen|sonnencreme|crème solaire|防晒霜
swimsuit|badeanzug,badehose|maillot de bain|泳衣
sleeping bag|schlafsack|sac de couchage|睡袋
binoculars|fernglas|jumelles|望远镜
compass|kompass|boussole|指南针
souvenir|andenken,souvenir|souvenir|纪念品
travel agency|reisebüro|agence de voyage|旅行社
lost property,lost and found|fundbüro|objets trouvés|失物招领
fog|nebel|brouillard|雾
thunderstorm|gewitter|orage|雷雨,雷暴
hail|hagel|grêle|冰雹
drought|dürre,trockenheit|sécheresse|干旱
trail,footpath|wanderweg,pfad|sentier|步道,小路
castle|schloss,burgruine|château|城堡
marathon,race|wettlauf,marathon|marathon,course à pied|马拉松,赛跑
band|musikband,rockband|groupe de musique|乐队
corridor,hallway|flur|couloir|走廊
garden gate,gate|gartentor|portail|大门
doorbell|türklingel,klingel|sonnette|门铃
rowing|rudern,ruderverein|aviron|划船,赛艇
blanket,duvet|bettdecke,wolldecke|couverture,couette|毯子,被子
episode,series|fernsehserie,episode|épisode,série|剧集,连续剧
champagne,sparkling wine|champagner,schaumwein|champagne|香槟
pea,peas|erbse,erbsen|petits pois,petit pois|豌豆
itinerary|reiseroute,strecke|itinéraire|路线,行程
sweater,pullover,jumper|pullover,pulli|pull-over,tricot|毛衣
chili,spicy|scharf,chili|piment,piquant,épicé|辣
raised bed,flower bed|beet,hochbeet|plate-bande,potager|菜园,花坛
air conditioner,air conditioning|klimaanlage|climatisation,climatiseur|空调
blinds,shutters|rollladen,jalousie,fensterladen|volets|百叶窗
rental car|mietwagen|voiture de location|租车
removal van,removal|umzugswagen,umzug|déménagement|搬家
coach,trainer|trainer,trainerin|entraîneur|教练
collection,collects,collected|sammlung,sammeln,sammelt|collection,collectionne|收藏
cloth,fabric|stoff|tissu|布料
bins|mülltonne,müllabfuhr|poubelle,éboueurs|垃圾桶
festival|volksfest,festival|festival|节日,庆典
"""
